// What is wrong with the layout of a part of a page and of what is open above it, by its selector.
(of) => {
  const root = document.querySelector(of);
  const found = [];
  const say = (kind, element, more = '') => {
    const words = (element.textContent || element.getAttribute('aria-label') || '').trim().slice(0, 50);
    found.push(`${kind}: ${element.localName}.${[...element.classList].join('.')} ${JSON.stringify(words)} ${more}`.trim());
  };
  const edge = root.getBoundingClientRect();
  const pane = document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook')?.getBoundingClientRect() ?? edge;
  const isHidden = (one) => one.closest('.knb-hidden') || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const clips = (style) => ['hidden', 'clip'].includes(style.overflowX);
  const scrolls = (style) => ['auto', 'scroll'].includes(style.overflowX) || ['auto', 'scroll'].includes(style.overflowY);
  // What is cut shows that it is, by an ellipsis, or all of it where the pointer is.
  const tells = (one, style) => style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none' || one.closest('[title]:not([title=""])');

  const shown = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || isHidden(element) || element.closest('option, style, script, textarea, [aria-hidden=true]')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    for (const box of boxes) {
      let seen = { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
      let isCut = false;
      for (let at = element; at && at !== root.parentElement; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.display === 'inline' || (!clips(style) && !scrolls(style))) continue;
        const bounds = at.getBoundingClientRect();
        // Half of its height: of letters, a line leaves a little above and below.
        const isOut = seen.right > bounds.right + 1.5 || seen.left < bounds.left - 1.5 || seen.bottom > bounds.bottom + 4 || seen.top < bounds.top - 4;
        if (isOut && !scrolls(style)) {
          isCut = true;
          const isTold = tells(at, style) || [...at.querySelectorAll('*')].some((one) => one.contains(element) && tells(one, getComputedStyle(one)));
          if (!isTold) say('cut', element, `by ${at.className}`);
        }
        seen = { left: Math.max(seen.left, bounds.left), right: Math.min(seen.right, bounds.right), top: Math.max(seen.top, bounds.top), bottom: Math.min(seen.bottom, bounds.bottom) };
      }
      const [width, height] = [seen.right - seen.left, seen.bottom - seen.top];
      if (width < 2 || height < 8 || isCut) continue;
      shown.push([element, seen]);
      const [x, y] = [seen.left + width / 2, seen.top + height / 2];
      if (x < pane.left || x > pane.right || y < pane.top || y > pane.bottom) continue;
      const top = document.elementFromPoint(x, y);
      if (!top || top.contains(element) || element.contains(top) || element.closest('label')?.contains(top)) continue;
      // What opens above the panes may cover them, and a control its own words.
      if (top.closest(':popover-open, .knb-toasts, .knb-toast') && !element.closest(':popover-open')) continue;
      if (top.matches('textarea, input') && top.parentElement.contains(element)) continue;
      say('covered', element, `by ${top.localName}.${top.className}`);
    }
  }
  // Words of one layer: what is open above others may lie over them, and so may a head that stays in sight.
  const layer = (one) => one.closest(':popover-open, .knb-toast, .knb-orhead');
  shown.forEach(([one, box], index) => {
    for (const [other, at] of shown.slice(index + 1)) {
      const width = Math.min(box.right, at.right) - Math.max(box.left, at.left);
      const height = Math.min(box.bottom, at.bottom) - Math.max(box.top, at.top);
      if (width < 3 || height < 4 || one === other || layer(one) !== layer(other)) continue;
      say('overlap', one, `and ${JSON.stringify(other.textContent.trim().slice(0, 50))}`);
    }
  });
  for (const one of root.querySelectorAll('*')) {
    if (isHidden(one) || one.closest(':popover-open, svg')) continue;
    const box = one.getBoundingClientRect();
    if (box.width < 2 || (box.right <= edge.right + 1 && box.left >= edge.left - 1)) continue;
    let at = one.parentElement;
    while (at && at !== root && !clips(getComputedStyle(at)) && !scrolls(getComputedStyle(at))) at = at.parentElement;
    if (at === root || !at) say('wider', one);
  }
  for (const one of [root, ...root.querySelectorAll('.knb-pane, .knb-scroll, .knb-panel, .knb-build, .knb-bar, .knb-tools')]) {
    if (!isHidden(one) && one.scrollWidth > one.clientWidth + 1) say('scrolled aside', one, `${one.scrollWidth} in ${one.clientWidth}`);
  }
  for (const one of root.querySelectorAll(':popover-open')) {
    const box = one.getBoundingClientRect();
    const isOut = box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > innerHeight || box.top < 0;
    if (isOut || one.scrollWidth > one.clientWidth + 1) say('popover', one, JSON.stringify(box));
  }
  return [...new Set(found)];
};
