// Asks whether this page, or the notice on top of it, is still what is shown, and loads it again when it is not.
// The reader stays at the same place of the text, and the list of problems stays as open as it was.
(function () {
  "use strict";
  var seen = document.currentScript.dataset.seen;
  var place = "tieout-serve:" + location.pathname;
  var asking = null;

  function notice() { return document.querySelector(".tieout-serve"); }
  function height() { return notice() ? notice().offsetHeight : 0; }
  function details() { return document.querySelector(".tieout-serve details"); }

  function reload() {
    var list = details();
    sessionStorage.setItem(place, JSON.stringify({ y: scrollY - (scrollY ? height() : 0), open: list ? list.open : null, tone: list && notice().className }));
    history.scrollRestoration = "manual";
    location.reload();
  }

  function restore() {
    var kept = JSON.parse(sessionStorage.getItem(place) || "null");
    sessionStorage.removeItem(place);
    if (!kept) { return; }
    if (details() && kept.open !== null && notice().className === kept.tone) { details().open = kept.open; }
    scrollTo(scrollX, kept.y ? kept.y + height() : 0);
    history.scrollRestoration = "auto";
  }

  function gone(is) {
    var line = document.getElementById("tieout-serve-gone");
    if (!is && line) { line.remove(); }
    if (!is || line) { return; }
    line = document.createElement("aside");
    line.id = "tieout-serve-gone";
    line.className = "tieout-serve error";
    line.append(document.createElement("p"));
    line.firstChild.textContent = "tieout serve has ended: this page is no longer renewed.";
    if (notice()) { notice().before(line); } else { document.body.prepend(line); }
  }

  function ask() {
    if (document.hidden || asking) { return; }
    var mine = asking = new AbortController();
    var address = "/.tieout/changed?page=" + encodeURIComponent(location.pathname) + "&seen=" + seen;
    fetch(address, { cache: "no-store", signal: asking.signal }).then(function (told) {
      if (asking === mine) { asking = null; }
      gone(false);
      if (told.status === 200) { reload(); } else if (told.status === 204) { ask(); }
    }, function (fault) {
      if (asking === mine) { asking = null; }
      if (fault.name === "AbortError") { return; }
      gone(true);
      setTimeout(ask, 1000);
    });
  }

  // a browser opens few connections to one server: a page that is not looked at gives its own back
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && asking) { asking.abort(); asking = null; }
    ask();
  });
  restore();
  ask();
})();
