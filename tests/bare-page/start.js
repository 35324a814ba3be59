// Starts the program; the build puts in the address.
import init from "./bare.js";

init({ module_or_path: "{{wasm}}" });
