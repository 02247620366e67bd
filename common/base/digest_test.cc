#include "common/base/digest.h"

#include <string>
#include <utility>

#include "common/base/crc32.h"
#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

TEST(Sha256Test, AgreesWithTheStandard) {  // FIPS 180-2, appendix B.
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 million;
  for (int i = 0; i < 1000; ++i) million.Update(std::string(1000, 'a'));
  EXPECT_EQ(million.FinishHex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, FramesTexts) {
  EXPECT_EQ(Sha256().UpdateText("ab").FinishHex(),
            Sha256Hex(std::string("\0\0\0\0\0\0\0\2ab", 10)));
  EXPECT_EQ(Sha256().UpdateNumber(258).FinishHex(),
            Sha256Hex(std::string("\0\0\0\0\0\0\1\2", 8)));
  EXPECT_NE(Sha256().UpdateText("ab").UpdateText("c").FinishHex(),
            Sha256().UpdateText("a").UpdateText("bc").FinishHex());
}

TEST(Sha256Test, CanBeMoved) {
  Sha256 first;
  first.Update("a");
  Sha256 second = std::move(first);
  second.Update("bc");
  EXPECT_EQ(second.FinishHex(), Sha256Hex("abc"));
}

TEST(Crc32Test, AgreesWithTheStandard) {
  EXPECT_EQ(Crc32(""), 0u);
  EXPECT_EQ(Crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(Crc32(std::string(32, '\0')), 0x190a55adu);
}

}  // namespace
}  // namespace pulsetaker
