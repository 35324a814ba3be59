// Shows the newest build: reloads the page, takes a new style sheet as it is, and says what
// does not build.
(() => {
  const shown = document.currentScript.dataset;
  const SHEET = "/assets/main.css";

  function restyle(style) {
    const old = [...document.querySelectorAll("link[rel=stylesheet]")].find((link) =>
      new URL(link.href).pathname === SHEET);
    if (!old) return;
    const fresh = old.cloneNode();
    fresh.href = `${SHEET}?${style}`;
    // Without a moment in which the page has no style.
    fresh.addEventListener("load", () => old.remove());
    old.after(fresh);
  }

  function tell(fault) {
    document.getElementById("dev-fault")?.remove();
    if (!fault) return;
    if (!document.getElementById("dev-style")) {
      const sheet = document.createElement("link");
      Object.assign(sheet, { id: "dev-style", rel: "stylesheet", href: "/dev/dev.css" });
      document.head.append(sheet);
    }
    const box = document.createElement("aside");
    box.id = "dev-fault";
    box.lang = "en";
    const sentence = box.appendChild(document.createElement("p"));
    sentence.textContent = fault.sentence;
    box.appendChild(document.createElement("pre")).textContent = fault.said;
    document.body.append(box);
  }

  new EventSource("/dev/news").addEventListener("message", (event) => {
    const news = JSON.parse(event.data);
    if (String(news.build) !== shown.build) {
      location.reload();
      return;
    }
    if (String(news.style) !== shown.style) {
      shown.style = news.style;
      restyle(news.style);
    }
    tell(news.fault);
  });
})();
