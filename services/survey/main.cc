#include "common/rpc/server_main.h"
#include "services/survey/application.h"

int main(int argc, char** argv) {
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "pulsetaker-survey",
       .summary = "Takes in what people answer, keeps it, and hands out whole "
                  "waves of it.",
       .listen = "127.0.0.1:7401",
       .admin_listen = "127.0.0.1:7411"},
      pulsetaker::survey::MakeSurveyApplication);
}
