import path from 'node:path';
import { escapedBytes, isEscaped } from './escaped-text.ts';

/** A path as Node takes it. */
export type Place = string | Buffer;

/** Where a path of Git's lies on disk: as bytes where its name is no UTF-8, which Node would write as another name. */
export function placeOf(root: string, file: string): Place {
  const place = path.join(root, file);
  return isEscaped(file) ? escapedBytes(place) : place;
}
