/** Characters that a text must have: less cannot be cut into parts, with something left to test on. */
export const SHORTEST = 400;
