// BullMQ on Redis. Its durability is Redis': with an append-only file that is synced once a second, the last
// second of accepted jobs can be lost with the machine. So its figures are shown for comparison only.
//
// Settings: the library's own, but for `concurrency`. Completed jobs are kept, as it does by default.

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

const QUEUE = "probe";

export function connect({ redis, name }) {
  // A worker blocks on Redis and must not give up on a command; BullMQ asks for exactly this.
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection, prefix: name });

  return {
    words: "default settings, durable as the Redis is",

    prepare: () => queue.waitUntilReady(),
    enqueueOne: (payload) => queue.add("probe", payload),
    enqueueMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name: "probe", data }))),

    async unfinished() {
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },

    async work({ concurrency, handle }) {
      const worker = new Worker(QUEUE, async (job) => handle(job.data), { connection, prefix: name, concurrency });
      worker.on("error", (error) => console.error(error));
      await worker.waitUntilReady();
      return () => worker.close();
    },

    drop: () => queue.obliterate({ force: true }),

    async close() {
      await queue.close();
      await connection.quit();
    },
  };
}
