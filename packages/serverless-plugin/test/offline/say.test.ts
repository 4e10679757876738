import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { doorOf } from '../../src/offline/door.ts';
import { nextSteps, whatIsWhere } from '../../src/offline/say.ts';
import { cloud, service } from './service.ts';

const dataDir = join(process.cwd(), '.local', 'offline', 'loyalty');

describe('doorOf', () => {
  it.each([
    [{}, 'http://localhost:3000/dev'],
    [{ stage: 'live', httpPort: '3010' }, 'http://localhost:3010/live'],
    [{ noPrependStageInUrl: true, prefix: 'shop', host: '0.0.0.0' }, 'http://0.0.0.0:3000/shop'],
    [{ httpsProtocol: 'certs' }, 'https://localhost:3000/dev'],
  ])('with %j is %s', (options, url) => {
    expect(doorOf(service(), options).url).toBe(url);
  });

  it('uses custom.serverless-offline, unless the command line overrides it', () => {
    const custom = { 'serverless-offline': { httpPort: 3020, lambdaPort: 3022 } };
    expect(doorOf({ ...service(), custom }, { lambdaPort: 3032 })).toMatchObject({ httpPort: 3020, lambdaPort: 3032 });
  });
});

describe('what it says', () => {
  const own = cloud({ kind: 'own', url: 'http://localhost:41000', dataDir });

  it('of its own local cloud', () => {
    expect(whatIsWhere('loyalty', own, ['schedule', 'websocket'])).toEqual([
      `loyalty has its own table, bus and queues, beside journal. They stay: ${join('.local', 'offline', 'loyalty')}`,
      'HTTP is answered here. Queues, streams and schedules call the functions in the local cloud, http://localhost:41000/_cloud',
      'WebSockets are there too: ws://localhost:41000/loyalty/local',
    ]);
  });

  it('of one that runs', () => {
    const [first] = whatIsWhere('loyalty', cloud(), []);
    expect(first).toBe(
      'loyalty joins the local cloud at http://localhost:4000: its table, bus and queues are those of npm start.',
    );
  });

  it('why it does not join one that runs', () => {
    const notJoined = 'The local cloud at http://localhost:4000 does not run loyalty';
    expect(whatIsWhere('loyalty', { ...own, notJoined }, [])[0]).toBe(`${notJoined}, so it is not joined.`);
  });

  it('to be typed next', () => {
    const door = doorOf(service(), {});
    const curls = ['  curl http://localhost:3000/dev/v1/points', '  curl http://localhost:3000/dev/v1/health'];
    expect(nextSteps(service(), door, cloud())).toEqual(['Next:', ...curls, '']);
    const log = join('.local', 'offline', 'loyalty', 'logs', 'loyalty.log');
    expect(nextSteps(service(), door, own)).toEqual(['Next:', ...curls, `  tail -f ${log}`, '']);
  });
});
