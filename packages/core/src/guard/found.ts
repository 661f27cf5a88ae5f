import type ts from 'typescript';
import type { Construct } from './guard-finding.ts';

/** A construct that loses a failure unless a comment justifies it. */
export interface Found {
  readonly construct: Construct;
  /** What the finding points at. */
  readonly at: ts.Node;
  /** The block that begins there: formatters move a comment behind its bracket to its first line. */
  readonly block?: ts.Node | undefined;
}
