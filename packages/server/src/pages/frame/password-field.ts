import { PASSWORD_LENGTH } from '../../accounts/password.ts';
import { field, type Html } from './layout.ts';

/** A field for a password that somebody chooses. */
export function passwordField(label: string): Html {
  return field({
    label,
    name: 'password',
    type: 'password',
    autocomplete: 'new-password',
    hint: `At least ${PASSWORD_LENGTH.least} characters; several words are good.`,
  });
}
