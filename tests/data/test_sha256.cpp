#include <boost/test/unit_test.hpp>
#include <string>

#include "gronwall/data/sha256.hpp"

namespace gronwall {
namespace {

BOOST_AUTO_TEST_SUITE(sha256)

// The examples NIST published with FIPS 180-2 and 180-4, and the empty message.
BOOST_AUTO_TEST_CASE(published_vectors) {
  BOOST_TEST(sha256_hex(byte_view("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_hex(byte_view("abc")) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_hex(byte_view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(
      sha256_hex(byte_view("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
                           "klmnopqrlmnopqrsmnopqrstnopqrstu")) ==
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  BOOST_TEST(sha256_hex(byte_view(std::string(1'000'000, 'a'))) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(pieces_hash_like_the_whole) {
  std::string message;
  for (int length = 0; length <= 200; ++length) {
    const std::string whole = sha256_hex(byte_view(message));
    for (std::size_t cut = 0; cut <= message.size(); cut += 7) {
      Sha256 pieces;
      pieces.update(byte_view(message).first(cut)).update(byte_view(message).subspan(cut));
      BOOST_TEST(pieces.hex_digest() == whole);
    }
    message += static_cast<char>('a' + length % 26);
  }
}

BOOST_AUTO_TEST_CASE(digest_can_be_taken_midway) {
  Sha256 hash;
  hash.update(byte_view("abc"));
  BOOST_TEST(hash.hex_digest() == hash.hex_digest());
  hash.update(byte_view("def"));
  BOOST_TEST(hash.hex_digest() == sha256_hex(byte_view("abcdef")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
