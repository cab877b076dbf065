import { type AddressSettings, type Addresses, deriveAddresses } from './addresses';
import type { TransportSettings } from './agents';
import { ApiKey } from './api-key';
import { Choices } from './choices';
import type { ErrorPauseTiming } from './error-pause';
import { LiveConnection } from './live-connection';
import type { LiveTiming } from './live-timing';
import { RateLimiter } from './rate-limiter';
import { RestClient, type RestTiming } from './rest-client';

export interface PlatformSettings extends AddressSettings, TransportSettings {
  apiKey: string | undefined;
  /** 0: no limit. Default: 5, Sekoia's published limit. */
  requestsPerSecond?: number;
  timing?: PlatformTiming;
}

export interface PlatformTiming {
  rest?: Partial<RestTiming>;
  live?: Partial<LiveTiming>;
  limiter?: Partial<ErrorPauseTiming>;
}

/** The platform of one Sekoia configuration: one REST client and one LiveAPI connection. */
export class Platform {
  readonly addresses: Addresses;
  readonly client: RestClient;
  readonly live: LiveConnection;
  readonly choices: Choices;
  readonly limiter: RateLimiter;

  /** Opens nothing yet. @throws SekoiaError SEKOIA_BAD_INPUT when an address cannot be understood. */
  constructor(settings: PlatformSettings) {
    const { tls, proxy, timing = {}, requestsPerSecond = 5 } = settings;
    const transport = { ...(tls && { tls }), ...(proxy && { proxy }) };
    const apiKey = new ApiKey(settings.apiKey);
    this.addresses = deriveAddresses(settings);
    this.limiter = new RateLimiter({ requestsPerSecond, ...(timing.limiter && { timing: timing.limiter }) });
    this.client = new RestClient({
      addresses: this.addresses,
      apiKey,
      limiter: this.limiter,
      transport,
      ...(timing.rest && { timing: timing.rest }),
    });
    this.live = new LiveConnection({
      url: this.addresses.live,
      apiKey,
      transport,
      ...(timing.live && { timing: timing.live }),
    });
    this.choices = new Choices(this.client);
  }

  async close(): Promise<void> {
    this.client.close();
    this.limiter.close();
    await this.live.close();
  }
}
