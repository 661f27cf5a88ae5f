declare const SPEC_KITTY_VERSION: string | undefined;

/** Version of the published package, put in by the build; sources run as `0.0.0-dev`. */
export const version = typeof SPEC_KITTY_VERSION === 'string' ? SPEC_KITTY_VERSION : '0.0.0-dev';
