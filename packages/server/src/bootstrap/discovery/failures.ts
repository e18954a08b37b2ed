// Why discovery fails, with etcd's texts.

/** Ends discovery: waiting longer would not help. */
export class DiscoveryFailure extends Error {
  override readonly name = 'DiscoveryFailure';
}

/** The service could not be asked just now; asking again may help. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
}

export const reasons = {
  invalidUrl: 'discovery: invalid URL',
  badSizeKey: 'discovery: size key is bad',
  sizeNotFound: 'discovery: size key not found',
  tokenNotFound: 'discovery: token not found',
  duplicateId: 'discovery: found duplicate id',
  duplicateName: 'discovery: found duplicate name',
  fullCluster: 'discovery: cluster is full',
  badEndpoint: 'discovery: bad discovery endpoint',
} as const;
