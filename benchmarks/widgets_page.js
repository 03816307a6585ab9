// What benchmarks/widgets.py does in the page of JupyterLab; all times are those of the page.
(() => {
  const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
  // After the frame that shows what is in the page now.
  const painted = () => new Promise((go) => requestAnimationFrame(() => setTimeout(() => go(performance.now()))));
  const notebook = () => [...window.jupyterapp.shell.widgets("main")].find((one) => one.content?.widgets).content;
  let answer = Promise.resolve(0);
  let watching = new AbortController();

  function isUsable(control) {
    if (!control?.checkVisibility() || !control.getBoundingClientRect().height) return false;
    control.focus({ preventScroll: true });
    return document.activeElement === control;
  }

  function lastOf(scope, selector, least) {
    const controls = scope.querySelectorAll(selector);
    return controls.length >= least ? controls[controls.length - 1] : null;
  }

  async function until(find, what) {
    const end = performance.now() + 90_000;
    while (!find()) {
      requireSuccess();
      if (performance.now() > end) throw new Error(`not in 90 s: ${what}`);
      await pause(3);
    }
    return painted();
  }

  function start(code) {
    const [cell] = notebook().widgets;
    cell.model.sharedModel.setSource(code);
    cell.outputArea.model.clear();
    notebook().activeCellIndex = 0;
    return cell;
  }

  function requireSuccess() {
    const { model } = notebook().widgets[0].outputArea;
    for (let at = 0; at < model.length; at += 1) {
      if (model.get(at).type === "error") throw new Error(model.get(at).toJSON().traceback.join("\n"));
    }
  }

  async function run(code) {
    start(code);
    await window.jupyterapp.commands.execute("notebook:run-cell");
    requireSuccess();
    await pause(200);
  }

  // Run code beside the cell, whose output stays.
  async function tell(code) {
    const panel = [...window.jupyterapp.shell.widgets("main")].find((one) => one.content?.widgets);
    const { content } = await panel.sessionContext.session.kernel.requestExecute({ code, silent: true }).done;
    if (content.status !== "ok") throw new Error(content.traceback.join("\n"));
  }

  async function ask(expression) {
    const panel = [...window.jupyterapp.shell.widgets("main")].find((one) => one.content?.widgets);
    const asked = { code: "", user_expressions: { asked: expression }, store_history: false };
    const { content } = await panel.sessionContext.session.kernel.requestExecute(asked).done;
    const { data, evalue } = content.user_expressions.asked;
    if (!data) throw new Error(evalue);
    return data["text/plain"];
  }

  async function draw({ code, selector, least }) {
    const cell = start(code);
    await painted();
    const began = performance.now();
    window.jupyterapp.commands.execute("notebook:run-cell");
    const ended = await until(() => isUsable(lastOf(cell.outputArea.node, selector, least)), code);
    await pause(200);
    return ended - began;
  }

  // From the next keystroke to the frame in which the pane shows all that is in the field.
  function watchKeys(selector) {
    const pane = document.querySelector(selector);
    watching.abort();
    watching = new AbortController();
    document.addEventListener(
      "keydown",
      (event) => {
        const began = event.timeStamp;
        const input = event.target;
        answer = new Promise((go) => setTimeout(go)).then(async () => {
          const wanted = JSON.stringify(input.value);
          await seen(pane, () => pane.textContent.includes(wanted));
          return (await painted()) - began;
        });
      },
      { capture: true, signal: watching.signal },
    );
  }

  // From the next keystroke in a textarea, before the first quote after some words, to the frames in which its line
  // is painted and in which the pane shows it.
  function watchLine(selector, words, preview) {
    const field = document.querySelector(selector);
    const place = field.value.indexOf('"', field.value.indexOf(words));
    field.focus({ preventScroll: true });
    field.setSelectionRange(place, place);
    watching.abort();
    watching = new AbortController();
    const pane = document.querySelector(".knb-place-preview");
    let began = 0;
    const { signal } = watching;
    document.addEventListener("keydown", (event) => (began = event.timeStamp), { capture: true, signal });
    field.addEventListener(
      "input",
      () => {
        const lines = field.value.slice(0, field.selectionStart).split("\n");
        const written = lines.at(-1);
        const line = () => document.querySelector(`.knb-code-line[data-line="${lines.length}"] .knb-code-text`)?.textContent;
        const url = () => document.querySelector(preview)?.textContent;
        answer = (async () => {
          await seen(field.parentNode, () => line()?.startsWith(written));
          const painting = (await painted()) - began;
          await seen(pane, () => url()?.endsWith(written.replace(/^.*\}\}/, "")));
          return [painting, (await painted()) - began];
        })();
      },
      { capture: true, signal },
    );
  }

  function seen(pane, holds) {
    return new Promise((go) => {
      if (holds()) {
        go();
        return;
      }
      const observer = new MutationObserver(() => {
        if (!holds()) return;
        observer.disconnect();
        go();
      });
      observer.observe(pane, { subtree: true, childList: true, characterData: true, attributes: true });
    });
  }

  function watchSwitch(selector) {
    document.addEventListener(
      "click",
      (event) => {
        const began = event.timeStamp;
        answer = until(() => isUsable(document.querySelector(selector)), selector).then((ended) => ended - began);
      },
      { capture: true, once: true },
    );
  }

  let longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: "longtask" });

  window.knbBench = {
    run,
    tell,
    draw,
    ask,
    watchKeys,
    watchLine,
    watchSwitch,
    shown: () => answer,
    watchTasks: () => {
      longest = 0;
    },
    // A task is a long one from 50 ms on: 0 says that there was none.
    longestTask: () => longest,
  };
})();
