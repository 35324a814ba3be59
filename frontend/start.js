// Starts the pages; the build puts in the addresses.
import init from "{{loader}}";

init({ module_or_path: "{{wasm}}" }).catch(() => {
  document.getElementById("portal-failed").hidden = false;
});
