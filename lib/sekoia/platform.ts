import { type AddressSettings, type Addresses, deriveAddresses } from './addresses';
import { ApiKey } from './api-key';
import { LiveConnection } from './live-connection';
import { RestClient } from './rest-client';

export interface PlatformSettings extends AddressSettings {
  apiKey: string | undefined;
}

/** The platform as one Sekoia configuration reaches it: one REST client and one LiveAPI connection. */
export class Platform {
  readonly addresses: Addresses;
  readonly client: RestClient;
  readonly live: LiveConnection;

  /** Opens nothing yet. @throws SekoiaError SEKOIA_BAD_INPUT when an address cannot be understood. */
  constructor(settings: PlatformSettings) {
    this.addresses = deriveAddresses(settings);
    const apiKey = new ApiKey(settings.apiKey);
    this.client = new RestClient({ addresses: this.addresses, apiKey });
    this.live = new LiveConnection({ url: this.addresses.live, apiKey });
  }

  async close(): Promise<void> {
    this.client.close();
    await this.live.close();
  }
}
