/** Names that the resources of the mesh must agree on. */
import { NAMESPACE, PORTS } from '../kubernetes/names.ts';

/** The ingress gateway that the doors stand in: its namespace, and the labels of its pods. */
export const GATEWAY_NAMESPACE = 'istio-ingress';
export const GATEWAY_SELECTOR = { istio: 'ingressgateway' };
export const GATEWAY_NAME = 'sallyport';

/** Of the mesh configuration; lower case, as Istio demands. */
export const PROVIDER = 'sallyport';
export const SERVICE_HOST = `sallyport.${NAMESPACE}.svc.cluster.local`;
/** As Istio names the cluster of a service's port. */
export const DOORS_CLUSTER = `outbound|${PORTS.doors}||${SERVICE_HOST}`;
