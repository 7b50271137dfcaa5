// Under a chart: its link and its citation are copied where the browser lets a page do so. Without this both are links.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  const line = (link) => link.closest(".take");
  const cited = () => document.querySelector(".citation")?.textContent.trim() ?? "";
  const copied = (event, text) => {
    event.preventDefault();
    navigator.clipboard.writeText(text).then(() => {
      let said = line(event.target).querySelector("[role=status]");
      if (!said) {
        said = document.createElement("span");
        said.setAttribute("role", "status");
        line(event.target).append(" ", said);
      }
      said.textContent = "Copied.";
    }, () => location.assign(event.target.href));
  };
  for (const link of document.querySelectorAll(".take a:not([download])")) {
    const isPlace = link.hash !== "#editions";
    link.textContent = isPlace ? "copy link" : "copy citation";
    link.addEventListener("click", (event) => copied(event, isPlace ? link.href : cited()));
  }
})();
