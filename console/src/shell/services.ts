import {createContext} from 'preact';
import {useContext} from 'preact/hooks';
import type {Clients} from '../calls/clients';

export const ClientsContext = createContext<Clients | undefined>(undefined);

export function useClients(): Clients {
  const clients = useContext(ClientsContext);
  if (clients === undefined) throw new Error('there are no clients above');
  return clients;
}
