import type { Wording } from './wording.ts';

export const korean: Wording = {
  goods: '주문 내역:',
  total: (amount) => `합계: ${amount}`,
  parcels: '배송 정보:',
  parcel: ({ carrier, trackingNumber }) => `${carrier}, 운송장 번호 ${trackingNumber}`,
  optional: '수신할 메일 종류는 직접 선택하실 수 있습니다.',
  mails: {
    placed: (order) => ({
      subject: `주문이 접수되었습니다 (${order})`,
      text: ['주문해 주셔서 감사합니다. 상품이 발송되면 바로 알려 드리겠습니다.'],
    }),
    shipped: (order) => ({ subject: `상품이 발송되었습니다 (${order})`, text: ['주문하신 상품이 발송되었습니다.'] }),
    completed: (order, { refunded }) => ({
      subject: `배송이 완료되었습니다 (${order})`,
      text: [
        '주문하신 상품의 배송이 완료되었습니다.',
        ...(refunded ? [`일부 상품이 분실되거나 반송되어 해당 금액(${refunded})을 환불해 드립니다.`] : []),
      ],
    }),
    rejected: (order, { reason }) => ({
      subject: `주문을 처리하지 못했습니다 (${order})`,
      text: [
        `죄송합니다. 다음 사유로 주문을 처리하지 못했습니다: ${reasons[reason ?? ''] ?? '처리 중 문제가 발생했습니다'}.`,
        '결제 금액은 청구되지 않으며, 이미 승인된 결제는 취소됩니다.',
      ],
    }),
    cancelled: (order, { reason }) => ({
      subject: `주문이 취소되었습니다 (${order})`,
      text: [
        `다음 사유로 주문이 취소되었습니다: ${reasons[reason ?? ''] ?? '처리 중 문제가 발생했습니다'}.`,
        '결제하신 금액은 환불됩니다.',
      ],
    }),
    refunded: (order, { amount }) => ({
      subject: `환불이 처리되었습니다 (${order})`,
      text: [`${amount} 환불이 처리되었습니다. 계좌에 반영되기까지 며칠이 걸릴 수 있습니다.`],
    }),
  },
};

const reasons: Readonly<Record<string, string>> = {
  'unknown-product': '더 이상 판매하지 않는 상품이 있습니다',
  'currency-mismatch': '주문하신 통화로 판매하지 않는 상품이 있습니다',
  'out-of-stock': '품절된 상품이 있습니다',
  'payment-declined': '결제가 거절되었습니다',
  'payment-unavailable': '결제를 진행할 수 없었습니다',
  'stock-unavailable': '상품을 확보하지 못했습니다',
  'workflow-lost': '주문을 처리하지 못했습니다',
  'customer-request': '고객님께서 취소를 요청하셨습니다',
  'shipping-refused': '입력하신 주소로 배송할 수 없습니다',
  'fulfilment-failed': '상품을 발송하지 못했습니다',
  'parcel-returned': '배송 중인 상품이 반송되었습니다',
  'parcel-lost': '배송 중 상품이 분실되었습니다',
};
