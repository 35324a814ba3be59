// Carries a page's message to the background, and the answer back.

addEventListener("message", async ({ source, data }) => {
  if (source !== window || data?.action !== "bare:echo") return;
  const heard = await chrome.runtime.sendMessage({ said: data.said });
  postMessage({ action: "bare:echo-success", heard }, location.origin);
});
