// The peers by name. A peer is a module with `connect({ database, redis, name, what, shape })`, which gives
// an object of:
//   words                          its settings, for people
//   prepare()                      makes its tables or keys, in a schema or under a prefix of the run's own
//   enqueueOne(payload)            resolves once the job is committed
//   enqueueMany(payloads)          its own call for many jobs at once
//   enqueued()                     where there is one: called once after enqueueMany, before workers start
//   unfinished()                   how many jobs have not been settled yet, as its store says
//   work({ concurrency, handle })  works until the function that it resolves to is called
//   drop()                         removes everything that prepare() made
//   close()                        lets go of its connections

// By package, and the shapes that it can be measured in.
export const PEERS = {
  bullmq: { package: "bullmq", shapes: ["default"] },
  graphile: { package: "graphile-worker", shapes: ["default", "batch"] },
  pgboss: { package: "pg-boss", shapes: ["default", "batch"] },
};

export const connect = async (options) => (await import(`./${options.peer}.mjs`)).connect(options);
