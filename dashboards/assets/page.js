// What a page does without the server: copying, choosing, and saying when the connection is gone.
"use strict";
(() => {
  const RETRY_MS = 2000;
  const target = (event, attribute) =>
    event.composedPath().find((node) => node.getAttribute && node.hasAttribute(attribute));

  // Buttons inside a pane live in a shadow tree; the page's own document hears them all the same.
  document.addEventListener("click", (event) => {
    const copy = target(event, "data-copy");
    if (copy) {
      const text = copy.getAttribute("data-copy");
      const done = (said) => {
        copy.textContent = said;
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      };
      // Browsers let only pages on https or on this machine write to the clipboard.
      if (!navigator.clipboard) { done("Select it by hand"); return; }
      navigator.clipboard.writeText(text).then(() => done("Copied"), () => done("Not allowed"));
    }
    const choose = target(event, "data-choose");
    if (choose) {
      const model = Bokeh.documents[0].get_model_by_name("choice");
      model.value = choose.getAttribute("data-choose");
      const address = choose.getAttribute("data-address");
      if (address) { history.replaceState(null, "", address); }
    }
  });

  const say = (text) => {
    const line = document.getElementById("connection");
    line.textContent = text;
    line.hidden = false;
  };

  // A lost page is made anew as soon as the server answers; a lost login leads to the login.
  const comeBack = async () => {
    try {
      const icon = document.querySelector("link[rel=icon]").href;
      if ((await fetch(icon, { cache: "no-store" })).ok) { location.reload(); return; }
    } catch { /* still away */ }
    setTimeout(comeBack, RETRY_MS);
  };

  let lost = false;
  const watch = () => {
    const page = window.Bokeh && Bokeh.documents && Bokeh.documents[0];
    if (!page) { setTimeout(watch, 100); return; }
    page.on_event("connection_lost", () => {
      if (lost) { return; }
      lost = true;
      const since = new Date().toLocaleTimeString();
      say(`No connection to the server since ${since}. Trying again.`);
      setTimeout(comeBack, RETRY_MS);
    });
    const login = page.get_model_by_name("login");
    login.properties.value.change.connect(() => location.reload());
    page.get_model_by_name("clock").value = String(-new Date().getTimezoneOffset());
  };
  watch();
})();
