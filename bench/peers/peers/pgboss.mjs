// pg-boss on PostgreSQL.
//
// As it comes, a loop of pg-boss takes one job every two seconds, whatever waits. It has two ways to work
// continuously, and `shape` chooses:
//   default  as many loops as jobs may run at once, each taking one job (its default batch size) and the next
//            at once while more than one job is ready
//   batch    one loop that takes as many jobs as may run at once, and as many more at once when it got them all
// Idle workers are woken by its own LISTEN/NOTIFY in the latency measurement, without which a job waits for
// the poll. All else is as it comes.

import { PgBoss } from "pg-boss";
import pg from "pg";

const QUEUE = "probe";

const WAYS = {
  default: {
    words: "batch size 1 (default), burstWhenReadyExceeds 1",
    work: (concurrency) => ({ localConcurrency: concurrency, burstWhenReadyExceeds: 1 }),
  },
  batch: {
    words: "batch size = concurrency, burstWhenBatchFull",
    work: (concurrency) => ({ batchSize: concurrency, burstWhenBatchFull: true }),
  },
};

export function connect({ database, name, what, shape }) {
  const notify = what === "latency";
  const pool = new pg.Pool({ connectionString: database, max: 2 });
  const boss = new PgBoss({ connectionString: database, schema: name, useListenNotify: notify });
  boss.on("error", (error) => console.error(error));

  return {
    words: notify ? "LISTEN/NOTIFY on" : WAYS[shape].words,

    async prepare() {
      await boss.start();
      await boss.createQueue(QUEUE, { notify });
    },
    enqueueOne: (payload) => boss.send(QUEUE, payload),
    enqueueMany: (payloads) => boss.insert(QUEUE, payloads.map((data) => ({ data }))),

    // Its count of ready jobs, which burstWhenReadyExceeds goes by, is counted once a minute. A queue in use
    // has one; this one would begin with none and stand still for that minute.
    enqueued: () => boss.supervise(QUEUE),

    async unfinished() {
      const { rows } = await pool.query(`select count(*)::int as unfinished from "${name}".job where state < 'completed'`);
      return rows[0].unfinished;
    },

    async work({ concurrency, handle }) {
      await boss.start();
      await boss.work(QUEUE, WAYS[shape].work(concurrency), (jobs) => Promise.all(jobs.map((job) => handle(job.data))));
      return () => boss.stop({ graceful: true });
    },

    drop: () => pool.query(`drop schema if exists "${name}" cascade`),

    async close() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
