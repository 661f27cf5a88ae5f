import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the folder that holds the workspace's package.json. */
export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
