/** How much of something anybody may do: so many at once, then one for each so many seconds. */
export interface Allowance {
  readonly name: string;
  readonly atOnce: number;
  readonly everyS: number;
}

/** Wrong passwords for one account from one client; what follows is the lockout. A known browser is a client of its own. */
export const SIGN_IN: Allowance = { name: 'sign-in', atOnce: 5, everyS: 180 };
/** Wrong passwords for one account from strange browsers, wherever they are: more than one client can spend alone. */
export const SIGN_IN_ACCOUNT: Allowance = { name: 'sign-in-account', atOnce: 50, everyS: 60 };
/** Wrong passwords for any account from strange browsers in one place. */
export const SIGN_IN_ADDRESS: Allowance = { name: 'sign-in-address', atOnce: 30, everyS: 20 };
/** Codes of devices that somebody may type wrong. */
export const USER_CODE: Allowance = { name: 'user-code', atOnce: 10, everyS: 60 };
/** Devices that may begin to ask in one place. */
export const DEVICE: Allowance = { name: 'device', atOnce: 30, everyS: 10 };

/** What is reckoned with fractions is right but for so much. */
const SLACK_S = 1e-3;

/** What is left of what was spent, after a while. A clock that was set back gives nothing, and takes nothing. */
export function stillSpent({ everyS }: Allowance, spent: number, agoS: number): number {
  return Math.max(0, spent - Math.max(0, agoS) / everyS);
}

/** In how many whole seconds there is one to spend, if nobody spends any until then; 0 where there is one now. */
export function waitFor({ atOnce, everyS }: Allowance, spent: number): number {
  const owedS = (spent + 1 - atOnce) * everyS;
  return owedS <= SLACK_S ? 0 : Math.ceil(owedS - SLACK_S / 2);
}
