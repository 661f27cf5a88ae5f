import { group } from '../../../command/build.ts';
import { implementCommand } from './implement.command.ts';
import { reviewCommand } from './review.command.ts';

export const actionRoutes = group('Take a work package to implement or to review', {
  implement: implementCommand,
  review: reviewCommand,
});
