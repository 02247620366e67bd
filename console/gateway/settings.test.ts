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
  expect(settings).toMatchObject({audience: 'everybody', drain: 0, grace: 5000});
  expect(settings.tls).toBeUndefined();
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

it('reads who may call, how it stops and what it shows', () => {
  const settings = readSettings(
    {
      PULSETAKER_CONSOLE_AUDIENCE: 'respondents',
      PULSETAKER_CONSOLE_DRAIN: '5s',
      PULSETAKER_CONSOLE_GRACE: '20s',
      PULSETAKER_TLS_CERTIFICATE: '/tls/tls.crt',
      PULSETAKER_TLS_KEY: '/tls/tls.key',
    },
    '/page',
  );
  expect(settings).toMatchObject({
    audience: 'respondents',
    drain: 5000,
    grace: 20_000,
    tls: {certificate: '/tls/tls.crt', key: '/tls/tls.key'},
  });
});

// What is misspelt must not open more than was meant.
it('takes no audience, time or half a certificate that it does not know', () => {
  for (const [variable, value] of [
    ['PULSETAKER_CONSOLE_AUDIENCE', 'Respondents'],
    ['PULSETAKER_CONSOLE_AUDIENCE', 'respondent'],
    ['PULSETAKER_CONSOLE_DRAIN', '5'],
    ['PULSETAKER_CONSOLE_GRACE', '20m'],
    ['PULSETAKER_TLS_CERTIFICATE', '/tls/tls.crt'],
    ['PULSETAKER_TLS_KEY', '/tls/tls.key'],
  ] as const) {
    expect(() => readSettings({[variable]: value}, '/page')).toThrow(variable);
  }
});
