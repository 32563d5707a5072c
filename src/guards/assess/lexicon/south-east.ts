/** Thai, Vietnamese, Indonesian and Malay, Swahili and Tagalog. */
import type { Words } from './concepts.ts';

export const SOUTH_EAST: Readonly<Record<string, Words>> = {
  th: {
    ignore: 'เพิกเฉย|ละเว้น|ไม่ต้องสนใจ|อย่าสนใจ|ลืม|ไม่ต้องทำตาม|อย่าทำตาม|ข้าม|ละเลย|เลิกทำตาม',
    prior: 'ก่อนหน้า|ข้างต้น|ทั้งหมด|ที่ผ่านมา|เดิม|ด้านบน|ทุกอย่าง',
    rules: 'คำสั่ง|คำแนะนำ|กฎ|แนวทาง|ข้อจำกัด|ข้อกำหนด|กฎเกณฑ์',
    reveal: 'เปิดเผย|แสดง|บอกฉัน|พิมพ์|ทำซ้ำ|พูดซ้ำ|เผย',
    system: 'พรอมต์ระบบ|ข้อความระบบ|คำสั่งระบบ|คำสั่งของคุณ|คำสั่งลับ|คำสั่งที่ซ่อน|ระบบพรอมต์',
    role: 'ตอนนี้คุณคือ|จากนี้ไป|ต่อไปนี้คุณ|ตั้งแต่นี้|แกล้งทำ|สวมบทบาท|ทำตัวเป็น|เล่นบทบาท',
    unbound: 'ไม่มีข้อจำกัด|โดยไม่มีข้อจำกัด|ไร้ข้อจำกัด|ไม่มีการเซ็นเซอร์|ไม่มีกฎ',
    crime: 'แฮ็ก|แฮก|ขโมย|ระเบิด|อาวุธ|ยาเสพติด|ฟอกเงิน|ฉ้อโกง|ปลอมแปลง|ผิดกฎหมาย|ฆ่า|วางยา|แบล็กเมล์|มัลแวร์',
    secret: 'รหัสผ่าน|ความลับ|ข้อมูลส่วนตัว|ข้อมูลส่วนบุคคล|คีย์ api|ลับสุดยอด',
    run: 'เรียกใช้|รันคำสั่ง|ลบ|ส่งอีเมล|ส่งต่อ|ดาวน์โหลด',
    answer: 'ตอบเพียง|ตอบแค่|พูดแค่|แทนที่จะ|คำสั่งใหม่|คำตอบของคุณ',
  },
  vi: {
    ignore:
      'bỏ qua|phớt lờ|quên đi|quên hết|hãy quên|đừng tuân|không tuân|không làm theo|đừng làm theo|vượt qua|lờ đi|mặc kệ|bất chấp',
    prior: 'trước đó|trước đây|ở trên|phía trên|tất cả|mọi|ban đầu|trước|toàn bộ',
    rules: 'hướng dẫn|chỉ dẫn|quy tắc|mệnh lệnh|chỉ thị|hạn chế|lệnh|quy định|giới hạn|yêu cầu',
    reveal: 'tiết lộ|cho tôi biết|hiển thị|in ra|lặp lại|cho tôi xem|đưa cho tôi|nói cho tôi',
    system:
      'lời nhắc hệ thống|thông báo hệ thống|hướng dẫn hệ thống|prompt hệ thống|hướng dẫn của bạn|hướng dẫn ẩn|câu lệnh hệ thống',
    role: 'bây giờ bạn là|từ bây giờ|kể từ bây giờ|giả vờ|hãy đóng vai|đóng vai|hành động như|hãy tưởng tượng bạn',
    unbound:
      'không có giới hạn|không giới hạn|không hạn chế|không kiểm duyệt|không có quy tắc|không bị hạn chế|chế độ nhà phát triển',
    crime:
      'hack|đánh cắp|ăn cắp|bom|chất nổ|vũ khí|ma túy|rửa tiền|lừa đảo|làm giả|bất hợp pháp|giết|ám sát|đầu độc|tống tiền|mã độc',
    secret: 'mật khẩu|bí mật|thông tin cá nhân|dữ liệu riêng tư|khóa api|thẻ tín dụng|thông tin đăng nhập',
    run: 'thực thi|chạy lệnh|xóa|gửi email|chuyển tiếp|tải xuống',
    answer: 'chỉ trả lời|chỉ nói|thay vào đó|hướng dẫn mới|câu trả lời của bạn',
  },
  id: {
    ignore:
      'abaikan*|lupakan*|jangan ikuti|jangan hiraukan|jangan pedulikan|kesampingkan*|lewati|terobos|abai',
    prior: 'sebelumnya|di atas|semua|seluruh|awal|terdahulu|tadi|sebelum ini',
    rules: 'instruksi*|perintah*|aturan*|pedoman*|arahan*|peraturan*|batasan*|petunjuk*|panduan*|larangan*',
    reveal: 'ungkapkan*|tunjukkan*|tampilkan*|cetak|ulangi*|beritahu*|beri tahu*|bocorkan*|dedahkan|paparkan',
    system:
      'prompt sistem*|pesan sistem|instruksi sistem|instruksimu|instruksi anda|instruksi tersembunyi|instruksi rahasia|arahan sistem',
    role: 'sekarang kamu adalah|sekarang anda adalah|kamu sekarang|anda sekarang|mulai sekarang|berpura-pura*|bertindak sebagai|bertindaklah|berperan sebagai|berperanlah|bayangkan kamu',
    unbound: 'tanpa batasan|tanpa batas|tanpa sensor|tanpa filter|tanpa aturan|tak terbatas|tiada had',
    crime:
      'meretas|retas|mencuri|curi|bom|peledak|senjata|narkoba|pencucian uang|penipuan|palsu|ilegal|membunuh|bunuh|racun|memeras|haram',
    secret:
      'kata sandi|kata laluan|kredensial|rahasia|data pribadi|data peribadi|kunci api|kartu kredit|sulit',
    run: 'jalankan|eksekusi|hapus|kirim*|teruskan|unduh',
    answer: 'jawab hanya|hanya jawab|katakan saja|sebagai gantinya|instruksi baru|jawabanmu|jawaban anda',
  },
  sw: {
    ignore: 'puuza*|kupuuza|sahau|usifuate|usizingatie|achana na|kiuka',
    prior: 'yaliyotangulia|yaliyopita|ya awali|zilizotangulia|hapo juu|yote|zote|ya mwanzo',
    rules: 'maagizo*|maelekezo*|sheria*|kanuni*|amri*|miongozo*|vikwazo*',
    reveal: 'onyesha*|fichua*|niambie|rudia*|chapisha*|nipe',
    system: 'maagizo ya mfumo|ujumbe wa mfumo|maagizo yako|maagizo ya siri',
    role: 'sasa wewe ni|kuanzia sasa|jifanye*|tenda kama|igiza*',
    unbound: 'bila vikwazo|bila mipaka|bila sheria|bila udhibiti',
    crime: 'dukua*|kuiba|iba|bomu*|silaha*|dawa za kulevya|utakatishaji|ulaghai|haramu|kuua|sumu',
    secret: 'nenosiri*|nywila*|siri*|taarifa binafsi|data binafsi',
    run: 'tekeleza*|futa|tuma*|pakua*',
    answer: 'jibu tu|sema tu|badala yake|maagizo mapya',
  },
  tl: {
    ignore: 'huwag pansinin|balewalain*|kalimutan*|huwag sundin|lampasan*|isantabi',
    prior: 'nakaraang|naunang|nasa itaas|lahat|orihinal|dating',
    rules: 'tagubilin*|panuntunan*|utos|mga utos|alituntunin*|instruksyon*|paghihigpit*',
    reveal: 'ibunyag*|ipakita*|sabihin*|ulitin*|i-print|ilantad*',
    system: 'system prompt*|iyong tagubilin|mga nakatagong|lihim na tagubilin',
    role: 'ikaw ngayon|mula ngayon|magpanggap*|kumilos bilang|gampanan*',
    unbound: 'walang limitasyon|walang paghihigpit|walang sensura|walang panuntunan',
    crime: 'magnakaw|nakawin*|bomba*|pampasabog|armas|droga*|panloloko*|ilegal*|patayin*|lason*',
    secret: 'lihim*|kumpidensyal*|personal na datos|pribadong',
    run: 'patakbuhin*|burahin*|ipadala*|ipasa*',
    answer: 'sagutin lamang|sabihin lamang|sa halip|bagong tagubilin*',
  },
};
