/** The lists that an order is in, by the partition key of the container `views`: the projector writes them, the gateway reads. */
export const customerList = (customerId: string): string => `customer:${customerId}`;
export const statusList = (status: string): string => `status:${status}`;
