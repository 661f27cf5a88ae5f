import { containedPath } from '../files/contained-path.ts';
import { CheckoutProject } from './checkout-project.ts';

/** Files of a project that need not be in a repository; unfinished ones live where Git ignores them. */
export function openProject(root: string): CheckoutProject {
  return new CheckoutProject(root, containedPath(root, '.kittify/runtime'));
}
