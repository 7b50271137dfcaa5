// From the address of the newest edition to that of the report, which shows it. Keeps the place on the page that the
// address names, which no other way of sending on does.
location.replace(document.currentScript.dataset.address + location.hash);
