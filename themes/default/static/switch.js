// Fills the list of audit dates from ../audits.js, keeping the reader on the same page where another audit has it.
// Without scripts the link "All audit dates" does the same work.
(function () {
  "use strict";
  var list = document.getElementById("audit-dates");
  var audits = window.tieoutAudits;
  if (!list || !audits) { return; }
  var here = document.body.dataset;
  var up = "../".repeat(here.page.split("/").length);
  function nearest(pages) {
    var folder = here.page.split("/")[0] + "/index.html";
    return [here.page, folder].filter(function (page) { return pages.indexOf(page) >= 0; })[0] || "index.html";
  }
  list.textContent = "";
  audits.forEach(function (audit) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    link.href = up + audit.key + "/" + nearest(audit.pages);
    link.textContent = audit.title;
    if (audit.key === here.audit) { item.setAttribute("aria-current", "true"); }
    var what = document.createElement("span");
    what.className = "soft";
    what.textContent = " " + audit.what;
    item.append(link, what);
    list.append(item);
  });
})();
