import { afterEach, describe, expect, it, vi } from 'vitest';
import { findOrInstallChromium, usualPlaces } from './chromium.mjs';

describe('where a browser usually lies', () => {
  it('on Linux is anywhere on the PATH, Chromium first', () => {
    const places = usualPlaces('linux', { PATH: '/opt/tools:/usr/bin' });
    expect(places[0]).toBe('/opt/tools/chromium');
    expect(places).toContain('/usr/bin/google-chrome');
  });

  it('on macOS is among the applications, the user’s own included', () => {
    const places = usualPlaces('darwin', { HOME: '/Users/ada' });
    expect(places[0]).toBe('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(places).toContain('/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium');
  });

  it('on Windows is in the folders that the environment names', () => {
    const places = usualPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' });
    expect(places[0]).toBe('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe');
    expect(places.every((place) => place.startsWith('C:\\Program Files\\'))).toBe(true);
  });
});

describe('a browser named in the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is refused with its name and the variable’s when it does not start', async () => {
    vi.stubEnv('GROKSCOPE_CHROMIUM', '');
    vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
    await expect(findOrInstallChromium(() => undefined)).rejects.toThrow(
      'CHROMIUM_PATH is "/nowhere/chromium"',
    );
  });
});
