// Asks extension and host, and the bare ones, by turns; how long each answer took, in milliseconds.

const PATIENCE = 10_000;
/** The host of the turn before has ended meanwhile. */
const BETWEEN_TURNS = 30;

const ask = (request, answers) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const hear = ({ source, data }) => {
      const action = data?.action;
      if (source !== window || (action !== `${request.action}-success` && action !== `${request.action}-failure`)) return;
      const time = performance.now() - start;
      removeEventListener("message", hear);
      if (answers(data)) resolve(time);
      else reject(new Error(`${request.action}: ${JSON.stringify(data)}`));
    };
    addEventListener("message", hear);
    setTimeout(() => reject(new Error(`${request.action}: no answer`)), PATIENCE);
    postMessage(request, location.origin);
  });

const who = [
  () => ask({ action: "tessera:status", libraryVersion: "0.1.0" }, ({ nativeApp }) => typeof nativeApp === "string"),
  () => ask({ action: "bare:echo", said: "status" }, ({ heard }) => heard?.said === "status"),
];

const times = [];
for (const turn of {{turns}}) {
  times.push(await who[turn]());
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_TURNS));
}
return times;
