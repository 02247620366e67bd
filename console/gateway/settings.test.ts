import {expect, it} from 'vitest';
import {readSettings} from './settings';

it('begins on loopback, beside the services', () => {
  const settings = readSettings({}, '/page');
  expect(settings.listen).toEqual({host: '127.0.0.1', port: 7404});
  expect(settings.servers).toEqual({
    survey: 'http://127.0.0.1:7401',
    network: 'http://127.0.0.1:7402',
    assessment: 'http://127.0.0.1:7403',
  });
  expect(settings.pageFolder).toBe('/page');
});

it('reads where the services are, and by which names it is known', () => {
  const settings = readSettings(
    {
      PULSETAKER_SURVEY_ADDRESS: 'survey.example:443',
      PULSETAKER_CONSOLE_LISTEN: '[::1]:0',
      PULSETAKER_CONSOLE_HOSTS: 'Console.example, other.example',
    },
    '/page',
  );
  expect(settings.servers.survey).toBe('http://survey.example:443');
  expect(settings.listen).toEqual({host: '::1', port: 0});
  expect(settings.hosts).toEqual(['console.example', 'other.example']);
});

it('names the variable that is wrong', () => {
  for (const address of ['7404', 'a b:1', 'host:', 'host:99999', 'http://host:1']) {
    expect(() => readSettings({PULSETAKER_NETWORK_ADDRESS: address}, '/page')).toThrow(
      'PULSETAKER_NETWORK_ADDRESS is not HOST:PORT',
    );
  }
});
