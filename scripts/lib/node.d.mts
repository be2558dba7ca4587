export const knowsRelaxed: boolean;
export const relaxedNode: string;
