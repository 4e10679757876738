/** Loaded before the framework's command: what it sends to AWS arrives at the account that AWS_ENDPOINT_URL names. */
import { keepRequestsHere } from '@dure/lambda-runtime/aws-requests';

keepRequestsHere(process.env.AWS_ENDPOINT_URL);
