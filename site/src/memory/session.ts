export async function* answer(): AsyncGenerator<never, void, undefined> {}
