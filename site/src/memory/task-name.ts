export type TaskName = "adding" | "copy";
