// Presses the page's main button again and again, as soon as there is one, until that does
// something: then the page is usable.

(() => {
  const BETWEEN_PRESSES = 15;
  const turn = () => {
    if (document.querySelector({{reaction}})) {
      window.usableAfter = performance.now();
      return;
    }
    document.querySelector({{button}})?.click();
    setTimeout(turn, BETWEEN_PRESSES);
  };
  turn();
})();
