export interface FolderServer {
  readonly url: string;
  readonly port: number;
  /** `GET path`, of all there were. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves a folder under a path, `/some/folder/`. */
export declare function serveFolder(folder: string, path: string, port?: number): Promise<FolderServer>;
