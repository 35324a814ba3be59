// Hands a message to the host and its answer back: one process a message, as the browser has it.

chrome.runtime.onMessage.addListener((message, _, answer) => {
  chrome.runtime.sendNativeMessage("it.tessera.bare_echo", message).then(answer);
  return true;
});
