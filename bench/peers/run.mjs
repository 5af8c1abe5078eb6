// Measures one peer once and prints one JSON object, after lines that mark where it stands:
//
//   node run.mjs <bullmq|graphile|pgboss> <throughput|latency|enqueue> --jobs N --concurrency C --database URL --redis URL
//       [--shape default|batch]
//
// All peers get the same payload (one id in a small object), the same two worker processes and the same
// number of jobs at once in each.

import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

import { nowMs, pause } from "./clock.mjs";
import { PEERS, connect } from "./peers/connect.mjs";

const WORKERS = 2;
// Between two jobs of the latency measurement, so that each finds its workers idle.
const BETWEEN_MS = 50;
// Before it, so that workers have come to rest.
const SETTLE_MS = 1_500;
// How often the end is looked for.
const LOOK_MS = 5;
// A measurement that takes longer is given up.
const LIMIT_MS = 10 * 60_000;

// A line before the result, for who watches the servers meanwhile.
const mark = (name) => console.log(JSON.stringify({ mark: name }));

const payload = () => ({ id: randomUUID() });

function options() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: "string", default: "10000" },
      concurrency: { type: "string", default: "16" },
      database: { type: "string", default: "" },
      redis: { type: "string", default: "" },
      shape: { type: "string", default: "default" },
    },
  });
  const [peer, what] = positionals;
  if (!Object.hasOwn(PEERS, peer ?? "") || !Object.hasOwn(MEASUREMENTS, what ?? "")) {
    throw new Error(`usage: run.mjs <${Object.keys(PEERS).join("|")}> <${Object.keys(MEASUREMENTS).join("|")}> [options]`);
  }
  if (!PEERS[peer].shapes.includes(values.shape)) throw new Error(`--shape of ${peer}: ${PEERS[peer].shapes.join(" or ")}`);
  const [jobs, concurrency] = [Number(values.jobs), Number(values.concurrency)];
  if (!(Number.isInteger(jobs) && jobs > 0 && Number.isInteger(concurrency) && concurrency > 0)) {
    throw new Error("--jobs and --concurrency are whole numbers above 0");
  }
  return { ...values, peer, what, jobs, concurrency, name: `bench_${peer}_${process.pid}` };
}

// Starts the worker processes; `onMessage(message, worker)` hears what they say. Resolves when all are ready.
async function startWorkers(settings, onMessage) {
  const workers = Array.from({ length: WORKERS }, () =>
    fork(new URL("worker.mjs", import.meta.url), [JSON.stringify(settings)], { stdio: ["ignore", "ignore", "inherit", "ipc"] }),
  );
  const ready = workers.map(
    (worker, place) =>
      new Promise((resolve, reject) => {
        worker.once("error", reject);
        worker.once("exit", (code, signal) => reject((workers.lost = new Error(`a worker ended with ${code ?? signal}`))));
        worker.on("message", (message) => (message.ready ? resolve() : onMessage(message, place)));
      }),
  );
  await Promise.all(ready).catch((error) => {
    for (const worker of workers) worker.kill("SIGKILL");
    throw error;
  });
  return workers;
}

const stopWorkers = (workers) =>
  Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve) => {
          const late = setTimeout(() => worker.kill("SIGKILL"), 10_000);
          worker.once("exit", () => resolve(clearTimeout(late)));
          worker.send("stop");
        }),
    ),
  );

async function until(what, test, workers) {
  const end = nowMs() + LIMIT_MS;
  while (!(await test())) {
    if (workers.lost) throw workers.lost;
    if (nowMs() > end) throw new Error(`${what} is not so after ${LIMIT_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}

// No-op jobs that wait already when the workers start: from the first handler's start until the store says
// that the last one is settled.
async function throughput(peer, settings) {
  await peer.enqueueMany(Array.from({ length: settings.jobs }, payload));
  await peer.enqueued?.();
  mark("enqueued");
  const said = Array.from({ length: WORKERS }, () => ({ handled: 0, firstAt: Infinity, cpuS: 0 }));
  const workers = await startWorkers(settings, (message, place) => Object.assign(said[place], message));
  const handled = () => said.reduce((sum, worker) => sum + worker.handled, 0);
  await until("every job handled", () => handled() >= settings.jobs, workers);
  await until("every job settled", async () => (await peer.unfinished()) === 0, workers);
  const seconds = (nowMs() - Math.min(...said.map((worker) => worker.firstAt))) / 1000;
  mark("settled");
  await stopWorkers(workers);
  return {
    seconds,
    jobs_per_s: settings.jobs / seconds,
    handled: handled(),
    by_worker: said.map((worker) => worker.handled),
    cpu_s: said.reduce((sum, worker) => sum + worker.cpuS, 0),
  };
}

// One job at a time for idle workers: from its commit, as the enqueuer sees it, to its handler's start. A
// handler that starts before the enqueuer has heard of the commit counts as 0.
async function latency(peer, settings) {
  const started = new Map();
  const workers = await startWorkers(settings, (message) => message.started && started.set(message.started, message.at));
  await pause(SETTLE_MS);
  const committed = new Map();
  for (let n = 0; n < settings.jobs; n += 1) {
    const job = payload();
    await peer.enqueueOne(job);
    committed.set(job.id, nowMs());
    await pause(BETWEEN_MS);
  }
  await until("every job started", () => started.size >= settings.jobs, workers);
  await stopWorkers(workers);
  const times = [...committed].map(([id, at]) => Math.max(0, started.get(id) - at)).sort((a, b) => a - b);
  const share = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return { p50_ms: share(0.5), p99_ms: share(0.99) };
}

async function enqueue(peer, settings) {
  const payloads = Array.from({ length: settings.jobs }, payload);
  const began = nowMs();
  await peer.enqueueMany(payloads);
  return { seconds: (nowMs() - began) / 1000 };
}

const MEASUREMENTS = { throughput, latency, enqueue };

async function main() {
  const settings = options();
  const peer = await connect(settings);
  const { package: name } = PEERS[settings.peer];
  const { version } = createRequire(import.meta.url)(`./node_modules/${name}/package.json`);
  try {
    await peer.prepare();
    const measured = await MEASUREMENTS[settings.what](peer, settings);
    const { what, jobs, concurrency, shape } = settings;
    console.log(JSON.stringify({ peer: name, version, shape, words: peer.words, what, jobs, concurrency, ...measured }));
  } finally {
    await peer.drop();
    await peer.close();
  }
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
