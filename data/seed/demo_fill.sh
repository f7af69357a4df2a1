#!/usr/bin/env bash
# Fills a fresh demo business, as people would: demo_fill.sh POSTERNCTL FOLDER PASSWORD, with POSTERN_URL set. Everything goes through
# the protocol. FOLDER holds the sessions meanwhile.
set -euo pipefail
posternctl=$1 folder=$2 password=$3

ctl() { "$posternctl" --session "$folder/session.$1" "${@:2}" >>"$folder/fill.log"; }
ask() { ctl "$1" "$2" -; } # who, operation; arguments as JSON on standard input
login() { printf '%s\n' "$password" | ctl "$1" login portal=northwind email="$2"; }
day() { date -u -d "$1 days" +%F; }

settings() {
  ask admin settings.update <<<'{"business":{"revision":1,"phone":"+353 91 555 0100","website":"https://northwind.example",
    "tax_id":"IE9999999X","registration":"CRO 999999, Dublin","country":"IE","banner":"Office closed 24–26 December. Orders before the 20th ship this year.",
    "address":{"street":"12 Quay Street","city":"Galway","code":"H91 XX00","country":"Ireland"},
    "email":"accounts@northwind.example","bank":"IE29 AIBK 9311 5212 3456 78","notes":"Thank you for your business.",
    "terms":"Payment within the stated days. Goods stay ours until paid."}}'
  ask admin gateway.set <<<'{"gateway":"bank","settings":{"revision":0,"enabled":true,
    "bank":{"holder":"Northwind Paper Ltd","iban":"IE29 AIBK 9311 5212 3456 78","bic":"AIBKIE2D"}}}'
  ask admin tax.create <<<'{"tax":{"name":"VAT","percent":"23"}}'
  ask admin tax.create <<<'{"tax":{"name":"VAT reduced","percent":"13.5"}}'
  ask admin tax.create <<<'{"tax":{"name":"Export","percent":"0","category":"export"}}'
  ask admin tax.create <<<'{"tax":{"name":"Intra-EU","percent":"0","category":"intra_community"}}'
  ask admin item.create <<<'{"item":{"name":"Kraft paper 80 g, pallet","description":"brown, 700 × 1000 mm","price":"320","unit":"pallet","tax":1}}'
  ask admin item.create <<<'{"item":{"name":"Kraft paper 90 g, pallet","description":"brown, 700 × 1000 mm","price":"335","unit":"pallet","tax":1}}'
  ask admin item.create <<<'{"item":{"name":"Kraft tape, box","price":"18.40","unit":"box","tax":1}}'
  ask admin item.create <<<'{"item":{"name":"Consulting","price":"80","unit":"h","tax":1}}'
  printf '%s\n' "$password" | ctl admin staff.create name="Ana Kelly" email=ana@northwind.example role=staff keep_password=true password=-
  printf '%s\n' "$password" | ctl admin staff.create name="Rory Lynch" email=rory@northwind.example role=reader keep_password=true password=-
}

customers() {
  local name currency person email street city code country terms vat
  while IFS='|' read -r name currency person email street city code country terms vat; do
    ask admin customer.create <<<"{\"customer\":{\"name\":\"$name\",\"currency\":\"$currency\",\"email\":\"$email\",\"terms_days\":$terms,\"tax_id\":\"$vat\",
      \"billing\":{\"street\":\"$street\",\"city\":\"$city\",\"code\":\"$code\",\"country\":\"$country\"}},
      \"contact\":{\"name\":\"$person\",\"email\":\"$email\",\"primary\":true}}"
  done <<'TXT'
Bodega Sur|EUR|Maria Ruiz|maria@bodegasur.example|Calle Ancha 14|Cádiz|11001|Spain|14|ESB99999990
Köhler & Sohn|EUR|Jonas Köhler|jonas@koehler.example|Hauptstraße 3|Stuttgart|70173|Germany|30|DE999999999
Tremblay Inc.|USD|Claire Tremblay|claire@tremblay.example|1498 rue Bélanger|Montréal|H2G 1A7|Canada|30|
Wójcik Sp. z o.o.|PLN|Ewa Wójcik|ewa@wojcik.example|ul. Długa 7|Kraków|31-147|Poland|14|PL9999999999
Hämäläinen Oy|EUR|Terhi Hämäläinen|terhi@hamalainen.example|Porthaninkatu 9|Helsinki|00530|Finland|14|FI99999999
山田商店|JPY|山田花子|hanako@yamada.example|中央区本町 2-1|Osaka|541-0053|Japan|30|
TXT
  ask admin contact.create <<<'{"customer":1,"contact":{"name":"Luis Prieto","email":"luis@bodegasur.example","position":"Warehouse"}}'
  printf '%s\n' "$password" | ctl admin access.enable 'contacts=[1,2,3,4,6]' keep_password=true password=-
}

# invoice CUSTOMER DAYS REFERENCE LINES-JSON
invoice() {
  ask staff invoice.create <<<"{\"customer\":$1,\"send\":true,\"document\":{\"date\":\"$(day "$2")\",\"reference\":\"$3\",\"lines\":$4}}"
}
# estimate CUSTOMER DAYS LAST-DAY LINES-JSON
estimate() {
  ask staff estimate.create <<<"{\"customer\":$1,\"send\":true,\"document\":{\"date\":\"$(day "$2")\",\"due\":\"$(day "$3")\",\"lines\":$4}}"
}

invoices() {
  local paper='{"item":1,"name":"Kraft paper 80 g, pallet","description":"brown, 700 × 1000 mm","quantity":"3","unit":"pallet","price":"320","tax":1}'
  local delivery='{"name":"Delivery to Cádiz","quantity":"1","price":"15.61","tax":1}'
  local export='{"name":"Kraft paper 80 g, pallet","quantity":"2","unit":"pallet","price":"365.75","tax":3}'
  invoice 1 -60 PO-702 "[$paper]"
  invoice 1 -40 PO-731 "[$paper,$delivery]"
  invoice 1 -17 PO-759 '[{"name":"Kraft tape, box","quantity":"45","unit":"box","price":"18.40","tax":1}]'
  invoice 1 -2 PO-771 "[$paper,$delivery]"
  invoice 2 -35 BE-88 '[{"name":"Kraft paper 90 g, pallet","quantity":"2","unit":"pallet","price":"335","tax":1},{"name":"Consulting","quantity":"2.25","unit":"h","price":"80","discount_percent":"10","tax":1}]'
  invoice 2 -5 BE-91 '[{"name":"Kraft tape, box","quantity":"12","unit":"box","price":"18.40","tax":2}]'
  invoice 3 -39 "" "[$export]"
  invoice 3 -3 "" '[{"name":"Export crates","quantity":"4","price":"61.125","tax":3}]'
  invoice 4 -20 "" '[{"name":"Papier pakowy, paleta","quantity":"5","unit":"paleta","price":"442","tax":4}]'
  invoice 5 -9 "" "[$paper]"
  invoice 6 -12 "" '[{"name":"クラフト紙 80 g","quantity":"3","unit":"箱","price":"5250","tax":3}]'
  ask staff invoice.create <<<'{"customer":2,"document":{"reference":"BE-93","lines":[{"item":2,"name":"Kraft paper 90 g, pallet","quantity":"1","price":"335","tax":1}]}}'
  ask staff invoice.void <<<'{"invoice":"INV-000010","reason":"Ordered twice by mistake"}'
  invoice 5 -8 "" "[$paper]"
  ask staff payment.record <<<"{\"customer\":1,\"date\":\"$(day -45)\",\"mode\":\"bank_transfer\",\"reference\":\"SEPA 4711\",\"parts\":[{\"invoice\":\"INV-000001\"}]}"
  ask staff payment.record <<<"{\"customer\":2,\"date\":\"$(day -10)\",\"mode\":\"check\",\"reference\":\"No. 1188\",\"parts\":[{\"invoice\":\"INV-000005\",\"amount\":{\"amount\":40000,\"currency\":\"EUR\"}}]}"
}

estimates() {
  estimate 1 -6 24 '[{"name":"Kraft paper 90 g, pallet","quantity":"4","unit":"pallet","price":"330","tax":1},{"name":"Delivery to Cádiz","quantity":"1","price":"60","tax":1}]'
  estimate 1 -4 12 '[{"name":"Printed tape, box","quantity":"100","unit":"box","price":"15.85","tax":1}]'
  estimate 2 -8 20 '[{"name":"Consulting","quantity":"6","unit":"h","price":"80","tax":1}]'
  estimate 3 -29 1 '[{"name":"Export crates","quantity":"20","price":"58","tax":3}]'
  estimate 4 -3 11 '[{"name":"Tektura falista, paleta","quantity":"2","price":"610","tax":4}]'
  ask staff estimate.create <<<'{"customer":5,"document":{"lines":[{"name":"Kraft paper 80 g, pallet","quantity":"1","price":"320","tax":1}]}}'
}

# card WHO CARD EXPIRY CODE JSON-OF-THE-REST: secrets do not go on a command line
card() {
  ask "$1" payment.pay 2>>"$folder/fill.log" <<<"{\"card_number\":\"$2\",\"card_expiry\":\"$3\",\"card_code\":\"$4\",$5}" || [ $? -eq 7 ] # declined, as it may be by then
}

conversation() {
  ask jonas estimate.accept <<<'{"estimate":"EST-000003","revision":1,"signed_by":"Jonas Köhler"}'
  ask maria estimate.decline <<<'{"estimate":"EST-000002","revision":1,"reason":"We could do 3 pallets at most; the price is fine."}'
  ask staff comment.add <<<'{"document":"INV-000004","text":"The pallets left this morning.","portal":true}'
  ask maria comment.add <<<'{"document":"INV-000004","text":"Thank you. Could the next ones be 90 g?"}'
  ask staff comment.add <<<'{"document":"INV-000003","text":"Maria promised this one for the end of the month.","portal":false}'
  card ewa 4000000000000002 08/30 123 '"parts":[{"invoice":"INV-000009"}],"expect":{"amount":221000,"currency":"PLN"}'
  card maria 4242424242424242 08/30 123 '"parts":[{"invoice":"INV-000002"}],"expect":{"amount":120000,"currency":"EUR"}'
  card jonas 4242424242424242 08/30 123 '"parts":[{"invoice":"INV-000006"}],"expect":{"amount":25061,"currency":"EUR"}'
}

# reference NUMBER: what a payer quotes of an invoice, as its bank writes it (ISO 11649)
reference() {
  local id
  id=$("$posternctl" --session "$folder/session.staff" invoice.get invoice="$1" --json | sed -n '3s/.*"id": \([0-9]*\),.*/\1/p')
  printf 'RF%02d%s' $((98 - ${id}271500 % 97)) "$id"
}
# line DAYS CENTS NAME TEXT [JSON-OF-THE-REST]
line() {
  printf '{"date":"%s","amount":{"amount":%d,"currency":"EUR"},"name":"%s","text":"%s"%s}' "$(day "$1")" "$2" "$3" "$4" "${5:+,$5}"
}

# A statement of the bank: paid exactly, by mistake and called back, with a number in its text, by nobody that is known, and two payouts of the sandbox, one of
# which the bank took something of.
bank() {
  local koehler='"iban":"DE02120300000000202051"' late
  late=$(reference INV-000005)
  ask staff bank.import <<<"{\"statement\":{\"account\":\"IE29AIBK93115212345678\",\"currency\":\"EUR\",\"number\":\"11\",\"from\":\"$(day -6)\",\"until\":\"$(day 0)\",
    \"opening\":{\"amount\":1248000,\"currency\":\"EUR\"},\"closing\":{\"amount\":1534405,\"currency\":\"EUR\"}},\"lines\":[
    $(line -6 118080 "Hämäläinen Oy" "Lasku" "\"reference\":\"$(reference INV-000012)\",\"iban\":\"FI2112345600000785\""),
    $(line -5 62336 "Köhler & Sohn" "Rechnung BE-88" "\"reference\":\"$late\",$koehler"),
    $(line -3 -62336 "Köhler & Sohn" "Rückgabe" "\"reference\":\"$late\",$koehler,\"returned\":true,\"return_reason\":\"MD06\""),
    $(line -2 100000 "Bodega Sur SL" "Invoice INV-000003, on account"),
    $(line -1 -75560 "Galway Energy" "Electricity November"),
    $(line -1 1200 "Unknown" "thanks"),
    $(line 0 118200 "Sandbox" "SANDBOX PAYOUT"),
    $(line 0 24485 "Sandbox" "SANDBOX PAYOUT, LESS OUR CHARGES")]}"
}

login admin ada@northwind.example
settings
customers
login staff ana@northwind.example
invoices
estimates
login maria maria@bodegasur.example
login jonas jonas@koehler.example
login ewa ewa@wojcik.example
conversation
bank
rm -f "$folder"/session.*
