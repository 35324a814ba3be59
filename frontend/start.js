// Starts the pages; the build puts in the address, and makes one file of this and what it imports.
import init, { prepare, open } from "./frontend.js";

// Until the program has come, the server's HTML stands in its place. What was pressed, typed
// and focused there meanwhile is taken over.

const place = document.getElementById("portal");
const fields = () => [...place.querySelectorAll("input, textarea")];
const focusable = () => [...place.querySelectorAll("a, button, input, textarea, [tabindex]")];
const buttons = () => [...place.querySelectorAll("button")];

let pressed = -1;
const keep = (event) => {
  const button = event.target.closest("button");
  if (button) {
    event.preventDefault();
    pressed = buttons().indexOf(button);
  }
};

const open_in_place = () => {
  const typed = fields().map((field) => field.value);
  const focus = focusable().indexOf(document.activeElement);
  const [x, y] = [scrollX, scrollY];
  open(place);
  fields().forEach((field, index) => {
    if (typed[index]) {
      field.value = typed[index];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  focusable()[focus]?.focus({ preventScroll: true });
  if (scrollX !== x || scrollY !== y) scrollTo({ left: x, top: y, behavior: "instant" });
  place.removeEventListener("click", keep);
  place.dataset.state = "open";
  buttons()[pressed]?.click();
};

place.addEventListener("click", keep);
init({ module_or_path: "{{wasm}}" })
  .then(prepare)
  .then(open_in_place)
  .catch((error) => {
    place.removeEventListener("click", keep);
    document.getElementById("portal-failed").hidden = false;
    throw error;
  });
