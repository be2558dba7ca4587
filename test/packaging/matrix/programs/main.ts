import { train } from "./train.js";

train().then(
  (trained) => console.log(`result ${JSON.stringify(trained)}`),
  (error: Error) => console.log(`failed ${error.stack}`),
);
