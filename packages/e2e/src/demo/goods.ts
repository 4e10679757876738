import type { NewProduct } from '@dure/testing/shop/shop';

/** The shop that the demo fills: by currency, `[sku, title, price in minor units, tags]`. */
type Row = readonly [sku: string, title: string, amount: number, tags: string];

const EUR: readonly Row[] = [
  ['MUG-WHITE', 'White mug, 300 ml', 1290, 'kitchen ceramics'],
  ['MUG-BLUE', 'Blue mug, 300 ml', 1290, 'kitchen ceramics'],
  ['MUG-TRAVEL', 'Travel mug with lid', 2490, 'kitchen outdoor'],
  ['TEAPOT-IRON', 'Cast iron teapot, 0.8 l', 5900, 'kitchen tea'],
  ['KETTLE-COPPER', 'Copper kettle, 1.5 l', 8900, 'kitchen'],
  ['KNIFE-CHEF', "Chef's knife, 20 cm", 6900, 'kitchen'],
  ['BOARD-OAK', 'Cutting board, oak', 3400, 'kitchen wood'],
  ['PAN-STEEL', 'Carbon steel pan, 28 cm', 4900, 'kitchen'],
  ['GRINDER-SALT', 'Salt mill, beech', 2800, 'kitchen wood'],
  ['APRON-LINEN', 'Apron, washed linen', 3900, 'kitchen textile'],
  ['TOWEL-WAFFLE', 'Waffle towel', 1900, 'bath textile'],
  ['BLANKET-WOOL', 'Wool blanket, 130 × 180 cm', 9900, 'bedroom textile'],
  ['CUSHION-SAND', 'Cushion, sand', 2900, 'living textile'],
  ['LAMP-DESK', 'Desk lamp, brass', 12_900, 'living light'],
  ['LAMP-PAPER', 'Paper lamp, 45 cm', 3500, 'living light'],
  ['CANDLE-FIG', 'Scented candle, fig', 2400, 'living'],
  ['VASE-SMOKE', 'Vase, smoked glass', 4200, 'living glass'],
  ['CLOCK-WALL', 'Wall clock, ash', 5500, 'living wood'],
  ['SHELF-ASH', 'Wall shelf, ash, 80 cm', 7900, 'living wood'],
  ['STOOL-BIRCH', 'Stool, birch', 6500, 'living wood'],
  ['POT-TERRACOTTA', 'Flower pot, terracotta', 1100, 'garden ceramics'],
  ['SHEARS-GARDEN', 'Garden shears', 3100, 'garden'],
  ['SOAP-OLIVE', 'Olive soap, 200 g', 650, 'bath'],
  ['CHAIR-LIMITED', 'Reading chair, numbered edition', 149_000, 'living wood'],
];

const USD: readonly Row[] = [
  ['NOTEBOOK-A5', 'Notebook A5, dotted', 1400, 'paper'],
  ['NOTEBOOK-POCKET', 'Pocket notebook, set of three', 1200, 'paper'],
  ['PEN-FOUNTAIN', 'Fountain pen, fine nib', 4800, 'writing'],
  ['PEN-GEL', 'Gel pen, black, 0.5 mm', 350, 'writing'],
  ['PENCIL-HB', 'Pencils HB, box of twelve', 1100, 'writing wood'],
  ['INK-BLUE', 'Ink, royal blue, 50 ml', 1600, 'writing'],
  ['RULER-STEEL', 'Steel ruler, 30 cm', 900, 'desk'],
  ['CASE-FELT', 'Laptop sleeve, grey felt', 3900, 'desk textile'],
  ['STAND-LAPTOP', 'Laptop stand, aluminum', 6900, 'desk'],
  ['KEYBOARD-COMPACT', 'Compact keyboard', 8900, 'desk'],
  ['MOUSE-WIRELESS', 'Wireless mouse', 4500, 'desk'],
  ['CABLE-USBC', 'USB-C cable, 2 m, braided', 1900, 'desk'],
  ['CHARGER-65W', 'Charger, 65 W', 4900, 'desk'],
  ['BACKPACK-20L', 'Backpack, 20 l', 11_900, 'travel'],
  ['TOTE-CANVAS', 'Canvas tote bag', 2500, 'travel textile'],
  ['BOTTLE-STEEL', 'Steel bottle, 750 ml', 3200, 'travel outdoor'],
  ['LANTERN-CAMP', 'Camping lantern', 5400, 'outdoor light'],
  ['TENT-TWO', 'Tent for two', 32_900, 'outdoor'],
  ['KNIFE-POCKET', 'Pocket knife', 4100, 'outdoor'],
  ['MAP-NATIONAL', 'Trail map, laminated', 1495, 'outdoor paper'],
];

const KRW: readonly Row[] = [
  ['DOJAGI-BOWL', '백자 국그릇', 18_000, 'kitchen ceramics'],
  ['DOJAGI-PLATE', '백자 접시, 21 cm', 22_000, 'kitchen ceramics'],
  ['DOJAGI-CUP', '분청 찻잔', 26_000, 'kitchen ceramics tea'],
  ['CELADON-VASE', '청자 꽃병', 120_000, 'living ceramics'],
  ['ONGGI-JAR', '옹기 항아리, 5 l', 65_000, 'kitchen ceramics'],
  ['BANGJJA-SPOON', '방짜유기 수저 세트', 89_000, 'kitchen'],
  ['SOBAN-TRAY', '소반, 느티나무', 240_000, 'living wood'],
  ['HANJI-LAMP', '한지 등, 40 cm', 54_000, 'living light'],
  ['HANJI-NOTE', '한지 공책', 12_000, 'paper'],
  ['BRUSH-CALLIGRAPHY', '서예 붓, 중필', 15_000, 'writing'],
  ['INKSTONE', '벼루, 남포석', 78_000, 'writing'],
  ['BOJAGI-WRAP', '조각보, 모시', 95_000, 'textile'],
  ['NUBI-BLANKET', '누비 담요', 130_000, 'bedroom textile'],
  ['MOSI-CURTAIN', '모시 발', 88_000, 'living textile'],
  ['GREENTEA-SEJAK', '보성 녹차, 세작 50 g', 32_000, 'tea'],
  ['GREENTEA-BAG', '녹차 티백, 20개', 8500, 'tea'],
  ['CITRON-TEA', '유자차, 500 g', 12_500, 'tea'],
  ['NORIGAE', '노리개, 매듭', 42_000, 'gift'],
  ['FAN-HAPJUK', '합죽선', 36_000, 'gift'],
  ['MASK-HAHOE', '하회탈 장식', 27_000, 'gift wood'],
];

const products = (currency: string, rows: readonly Row[]): NewProduct[] =>
  rows.map(([sku, title, amount, tags]) => ({ sku, title, price: { amount, currency }, tags: tags.split(' ') }));

export const goods: readonly NewProduct[] = [...products('EUR', EUR), ...products('USD', USD), ...products('KRW', KRW)];

/** Plenty of most products, and three of the numbered edition. */
export const wantedInStock = (sku: string): number => (sku === 'CHAIR-LIMITED' ? 3 : 100);
