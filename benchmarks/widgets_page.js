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
    watchKeys,
    watchSwitch,
    shown: () => answer,
    watchTasks: () => {
      longest = 0;
    },
    // A task is a long one from 50 ms on: 0 says that there was none.
    longestTask: () => longest,
  };
})();
