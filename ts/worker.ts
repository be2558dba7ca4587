/** Training in a Worker. It knows nothing of the core, which only the job's own module loads. */

export type { Control } from "./worker/control.js";
export { WorkerError } from "./worker/failure.js";
export type { AnyJob, Job, MessageOf, OptionsOf, ProgressOf, ResultOf } from "./worker/job.js";
export type { Run } from "./worker/run.js";
export { serve } from "./worker/serve.js";
export { type RunOptions, type Trainer, trainer, type WorkerLike } from "./worker/trainer.js";
export { transfer } from "./worker/transfer.js";
