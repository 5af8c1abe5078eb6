// One worker process of a measurement; run.mjs starts two. It tells its parent over IPC when it is ready,
// how many jobs it has handled and when it began the first of them, what CPU it used since then, and, for the
// latency, when it began each.

import { connect } from "./peers/connect.mjs";
import { nowMs } from "./clock.mjs";

// How often handled jobs are reported. The end of a measurement is not read from these reports.
const REPORT_EVERY_MS = 20;

const options = JSON.parse(process.argv[2]);
const peer = await connect(options);

let handled = 0;
let reported = 0;
let firstAt = null;
let cpuAtFirst = null;
const tell = (message) => process.connected && process.send(message);

function handle({ id }) {
  const at = nowMs();
  handled += 1;
  firstAt ??= at;
  cpuAtFirst ??= process.cpuUsage();
  if (options.what === "latency") tell({ started: id, at });
}

const timer = setInterval(() => {
  if (handled > reported) tell({ handled: (reported = handled), firstAt });
}, REPORT_EVERY_MS);

async function end() {
  clearInterval(timer);
  if (cpuAtFirst) {
    const { user, system } = process.cpuUsage(cpuAtFirst);
    tell({ cpuS: (user + system) / 1e6 });
  }
  await stop();
  await peer.close();
  process.disconnect?.();
}

const stop = await peer.work({ concurrency: options.concurrency, handle });
process.once("message", end);
process.once("disconnect", () => process.exit(0));
tell({ ready: true });
