/** A file of wasm that is imported is compiled already: by workerd, and by the bundlers that write for it. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: as workerd has it
  export default module;
}
