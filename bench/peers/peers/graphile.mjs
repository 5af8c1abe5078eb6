// Graphile Worker on PostgreSQL.
//
// Settings: its preset's own, but for `concurrentJobs` and for its logger: by default it prints a line for
// every job, and nobody's logging is measured here. `shape` chooses:
//   default  as it comes: a pool of 10 connections, a statement for each claim and one for each settlement
//   batch    its own batching, off by default, as its manual suggests to begin: a local queue of one more than
//            the jobs that may run at once, settlements gathered for 250 ms

import { Logger, WorkerPreset, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";

const TASK = "probe";

const quiet = new Logger(() => (level, message) => {
  if (level === "error") console.error(message);
});

const WAYS = {
  default: { words: "default settings", work: () => ({}) },
  batch: {
    words: "localQueue.size = concurrency + 1, completeJobBatchDelay 250",
    work: (concurrency) => ({ localQueue: { size: concurrency + 1 }, completeJobBatchDelay: 250 }),
  },
};

export function connect({ database, name, shape }) {
  const pool = new pg.Pool({ connectionString: database, max: 2 });
  const preset = {
    extends: [WorkerPreset],
    worker: { connectionString: database, schema: name, logger: quiet },
  };
  let utils;

  return {
    words: WAYS[shape].words,

    async prepare() {
      utils = await makeWorkerUtils({ preset });
      await utils.migrate();
    },
    enqueueOne: (payload) => utils.addJob(TASK, payload),
    enqueueMany: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier: TASK, payload }))),

    // A job that is done is deleted.
    async unfinished() {
      const { rows } = await pool.query(`select count(*)::int as unfinished from "${name}"._private_jobs`);
      return rows[0].unfinished;
    },

    async work({ concurrency, handle }) {
      const runner = await run({
        preset: { ...preset, worker: { ...preset.worker, concurrentJobs: concurrency, ...WAYS[shape].work(concurrency) } },
        taskList: { [TASK]: (payload) => handle(payload) },
      });
      return () => runner.stop();
    },

    drop: () => pool.query(`drop schema if exists "${name}" cascade`),

    async close() {
      await utils?.release();
      await pool.end();
    },
  };
}
