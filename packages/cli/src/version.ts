declare const SPEC_KITTY_VERSION: string | undefined;

/** What sources run as. */
export const UNPUBLISHED = '0.0.0-dev';

/** Version of the published package, put in by the build; or {@link UNPUBLISHED}. */
export const version = typeof SPEC_KITTY_VERSION === 'string' ? SPEC_KITTY_VERSION : UNPUBLISHED;
